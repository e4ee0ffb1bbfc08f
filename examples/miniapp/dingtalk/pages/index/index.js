Page({
  data: { answer: '' },

  onLoad() {
    this.load();
  },

  // A request like any other: its headers, its event and its backend span are the agent's business.
  load() {
    dd.httpRequest({
      url: 'https://api.example.com/products/42',
      headers: { 'x-shop': 'example' },
      success: (result) => this.setData({ answer: `HTTP ${result.status}` }),
      fail: (error) => this.setData({ answer: error.errMsg || error.errorMessage }),
    });
  },
});
