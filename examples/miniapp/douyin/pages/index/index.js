Page({
  data: { answer: '' },

  onLoad() {
    this.load();
  },

  // A request like any other: its headers, its event and its backend span are the agent's business.
  load() {
    tt.request({
      url: 'https://api.example.com/products/42',
      header: { 'x-shop': 'example' },
      success: (result) => this.setData({ answer: `HTTP ${result.statusCode}` }),
      fail: (error) => this.setData({ answer: error.errMsg || error.errorMessage }),
    });
  },
});
