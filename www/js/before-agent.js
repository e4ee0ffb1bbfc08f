// Keeps the browser's own fetch for reading back from the gateway, so that the page does not
// observe its own observing. Runs before the agent's tag; an application would not need this.
window.__demo = { ...window.__demo, fetch: window.fetch.bind(window) };
