export * from './access.js';
export * from './page.js';
