export { Templates, type RenderedMail } from './templates.facade.js';
export { TemplatesModule } from './templates.module.js';
export { TEMPLATE_NAMES, type TemplateData, type TemplateName } from './domain/contracts.js';
export { safeDisplayName } from './domain/safe-display-name.js';
