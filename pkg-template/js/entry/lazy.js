// Loads the JavaScript core where it is needed. The one file of the package with syntax younger than ES2017.

export const load = () => import('tracebeam-javascript').then(({ instantiate }) => instantiate());
