// A script for the start of a page's head: it makes the module's memory available as `engineMemory`, so that a test can read its
// size.

export const SPY = `<script>
  const { Instance } = WebAssembly;
  WebAssembly.Instance = function (...args) {
    const instance = new Instance(...args);
    window.engineMemory = instance.exports.memory;
    return instance;
  };
</script>`;
