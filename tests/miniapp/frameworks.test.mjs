// The real runtimes of uni-app and Taro on top of the host's functions: each request is traced once.

import assert from 'node:assert/strict';
import { before } from 'node:test';
import { build } from 'esbuild';
import { everywhere } from './lib/cases.mjs';

const bundled = {};

// Bundles the application's code with its framework, as the framework's build tool would, and leaves our package external.
async function bundle(code, define = {}) {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: new URL('../..', import.meta.url).pathname },
    bundle: true,
    write: false,
    format: 'cjs',
    target: 'es2017',
    external: ['tracebeam'],
    alias: { vue: '@dcloudio/uni-mp-vue/dist/vue.runtime.esm.js' },
    define: { 'process.env.NODE_ENV': '"production"', 'process.env': '{}', global: 'globalThis', ...define },
    logLevel: 'silent',
  });
  return outputFiles[0].text;
}

before(async () => {
  bundled.uni = await bundle(`
    import uni from '@dcloudio/uni-mp-weixin/dist/uni.api.esm.js';
    uni.request({ url: SITE + '/callback', success: (r) => say('done', r.statusCode) });
    uni.request({ url: SITE + '/promise' }).then((r) => say('done', r.statusCode));
    uni.uploadFile({ url: SITE + '/up', filePath: 'wxfile://a', name: 'f', success: () => say('done') });
  `);
  const flags =
    'ENABLE_INNER_HTML ENABLE_ADJACENT_HTML ENABLE_SIZE_APIS ENABLE_TEMPLATE_CONTENT ENABLE_CLONE_NODE ENABLE_CONTAINS ENABLE_MUTATION_OBSERVER'.split(
      ' '
    );
  bundled.taro = await bundle(
    `
    import '@tarojs/plugin-platform-weapp/dist/runtime';
    import Taro from '@tarojs/taro';
    Taro.request({ url: SITE + '/callback', success: (r) => say('done', r.statusCode) });
    Taro.request({ url: SITE + '/promise' }).then((r) => say('done', r.statusCode));
    Taro.uploadFile({ url: SITE + '/up', filePath: 'wxfile://a', name: 'f', success: () => say('done') });
  `,
    {
      'process.env.TARO_ENV': '"weapp"',
      'process.env.TARO_PLATFORM': '"mini"',
      'process.env.FRAMEWORK': '"react"',
      ...Object.fromEntries(flags.map((flag) => [flag, 'false'])),
    }
  );
});

for (const framework of ['uni', 'taro']) {
  everywhere(`${framework}: callbacks, promises and files, each once`, ['wechat'], async ({ site, launch, events }) => {
    const app = launch({ files: { '/framework.js': '' } });
    app.realm.load('/framework.js', `var SITE = '${site.url}';\n${bundled[framework]}`);
    await app.start({}, `require('./framework.js');`);
    await app.hears('done', 3);
    const found = await events(3);
    assert.ok(site.requests.every(({ headers }) => /^00-/.test(headers.traceparent)));
    assert.deepEqual(site.requests.map(({ url }) => url).sort(), ['/callback', '/promise', '/up']);
    assert.deepEqual(found.map(({ name, outcome }) => `${name} ${outcome}`).sort(), ['/callback ok', '/promise ok', '/up ok']);
  });
}
