export { Templates, type RenderedMail, type TemplateName } from './templates.facade.js';
