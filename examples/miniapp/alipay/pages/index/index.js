Page({
  data: { answer: '' },

  onLoad() {
    this.load();
  },

  // An ordinary request: the agent adds the headers and reports the event.
  load() {
    my.request({
      url: 'https://api.example.com/products/42',
      headers: { 'x-shop': 'example' },
      success: (result) => this.setData({ answer: `HTTP ${result.status}` }),
      fail: (error) => this.setData({ answer: error.errMsg || error.errorMessage }),
    });
  },
});
