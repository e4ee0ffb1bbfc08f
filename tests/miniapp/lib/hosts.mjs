// Each host's logic layer, as data: its globals, the names of its request functions, and the form of their arguments and results.
// realm.js builds the realm from these data alone.

// Globals that every host has beside those of the language.
const COMMON = ['console', 'setTimeout', 'clearTimeout', 'getCurrentPages', 'App', 'Page', 'require', 'module', 'exports'];

const WEAPP = {
  headers: 'header',
  status: ['statusCode'],
  error: 'errMsg',
  promises: false,
  tasks: true,
  storage: 'plain',
  functions: ['request', 'uploadFile', 'downloadFile'],
  info: 'getAccountInfoSync',
  globals: COMMON,
};

const APPX = {
  ...WEAPP,
  headers: 'headers',
  status: ['status', 'statusCode'],
  error: 'error',
  promises: true,
  storage: 'object',
  info: 'getAppIdSync',
};

export const HOSTS = {
  wechat: { ...WEAPP, api: 'wx', profile: true, random: true, wasm: 'WXWebAssembly', globals: [...COMMON, 'globalThis', 'BigInt'] },
  alipay: { ...APPX, api: 'my', functions: ['request', 'httpRequest', 'uploadFile', 'downloadFile'] },
  dingtalk: {
    ...APPX,
    api: 'dd',
    status: ['status'],
    functions: ['httpRequest', 'uploadFile', 'downloadFile'],
    alias: { my: ['httpRequest'] },
    dead: 'request',
  },
  douyin: {
    ...WEAPP,
    api: 'tt',
    profile: true,
    random: true,
    wasm: 'TTWebAssembly',
    info: 'getEnvInfoSync',
    globals: [...COMMON, 'BigInt'],
  },
  baidu: { ...WEAPP, api: 'swan', promises: true },
  qq: { ...WEAPP, api: 'qq', alias: { wx: ['request', 'uploadFile', 'downloadFile'] } },
  kuaishou: { ...WEAPP, api: 'ks' },
};
