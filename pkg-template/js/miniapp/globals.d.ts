// The globals of a mini-program: the object of its host, and the stack of its pages.

declare const wx: any;
declare const my: any;
declare const dd: any;
declare const tt: any;
declare const swan: any;
declare const ks: any;
declare const qq: any;
declare function getCurrentPages(): any[];
