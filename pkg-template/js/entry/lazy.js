// Loads the JavaScript core when it is needed. The only file of the package with syntax newer than ES2017.

export const load = () => import('tracebeam-javascript').then(({ instantiate }) => instantiate());
