Page({
  data: { answer: '' },

  onLoad() {
    this.load();
  },

  // An ordinary request: the agent adds the headers and reports the event.
  load() {
    tt.request({
      url: 'https://api.example.com/products/42',
      header: { 'x-shop': 'example' },
      success: (result) => this.setData({ answer: `HTTP ${result.statusCode}` }),
      fail: (error) => this.setData({ answer: error.errMsg || error.errorMessage }),
    });
  },
});
