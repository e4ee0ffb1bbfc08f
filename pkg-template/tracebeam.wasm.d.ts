// What a bundler makes of it is the bundler's: an address, mostly.
declare const url: string;
export default url;
