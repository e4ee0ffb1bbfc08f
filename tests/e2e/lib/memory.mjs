// The module's memory, where a test can ask for its size: `engineMemory` of a page whose head begins with this.

export const SPY = `<script>
  const { Instance } = WebAssembly;
  WebAssembly.Instance = function (...args) {
    const instance = new Instance(...args);
    window.engineMemory = instance.exports.memory;
    return instance;
  };
</script>`;
