/** Mail that customers read. Each has `templates/<name>.subject.liquid`, `.text.liquid` and `.html.liquid`. */
export type TemplateName =
  | 'acknowledgement'
  | 'acknowledgement-late'
  | 'acknowledgement-summary'
  | 'reply'
  | 'escalation'
  | 'follow-up-opened'
  | 'resolved'
  | 'wrong-channel'
  | 'form-confirmation'
  | 'portal-link'
  | 'notice-warning'
  | 'notice-breach';

export interface RenderedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Liquid templates, checked at start against the variables that each may use (file and line in the error). */
export class Templates {
  /** Renders with the given data; `data` holds exactly the variables that the template's contract names. */
  render(_name: TemplateName, _data: Readonly<Record<string, unknown>>): Promise<RenderedMail> {
    throw new Error('unwritten');
  }
}
