import sanitizeHtml from 'sanitize-html';

/** Larger or deeper markup is not shown as HTML at all: its text is. Characters, nested elements. */
export const HTML_LIMITS = { characters: 600_000, depth: 256, tags: 25_000 } as const;

const VOID = new Set([
  'area',
  'base',
  'br',
  'col',
  'embed',
  'hr',
  'img',
  'input',
  'link',
  'meta',
  'source',
  'track',
  'wbr',
]);

/**
 * Whether the markup may go to a parser at all. Nesting is bounded before anything recursive sees it: 50,000 nested
 * tags are 350 KB and overflow a call stack.
 */
export function withinHtmlLimits(html: string): boolean {
  if (html.length > HTML_LIMITS.characters) return false;
  let depth = 0;
  let tags = 0;
  for (const match of html.matchAll(/<(\/?)([a-zA-Z][a-zA-Z0-9]*)/g)) {
    tags += 1;
    if (tags > HTML_LIMITS.tags) return false;
    const name = match[2]!.toLowerCase();
    if (VOID.has(name)) continue;
    depth += match[1] === '/' ? -1 : 1;
    if (depth < 0) depth = 0;
    if (depth > HTML_LIMITS.depth) return false;
  }
  return true;
}

const COLOR = [/^#[0-9a-f]{3,8}$/i, /^rgba?\([\d\s.,%]+\)$/i, /^[a-z]{3,30}$/i];
const LENGTH = [/^-?[\d.]{1,8}(?:px|pt|em|rem|%)?$/i];
const TAGS = [
  'a',
  'abbr',
  'b',
  'blockquote',
  'br',
  'caption',
  'center',
  'cite',
  'code',
  'col',
  'colgroup',
  'dd',
  'del',
  'div',
  'dl',
  'dt',
  'em',
  'font',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'hr',
  'i',
  'img',
  'ins',
  'kbd',
  'li',
  'mark',
  'ol',
  'p',
  'pre',
  'q',
  's',
  'samp',
  'small',
  'span',
  'strike',
  'strong',
  'sub',
  'sup',
  'table',
  'tbody',
  'td',
  'tfoot',
  'th',
  'thead',
  'tr',
  'tt',
  'u',
  'ul',
];
const REMOTE_IMAGE = /^https?:\/\//i;
const LOCAL_IMAGE = /^data:image\/(?:png|jpe?g|gif|webp);base64,[A-Za-z0-9+/=\s]+$/;

/**
 * Mail markup that is safe inside our pages: no scripts, forms, frames or styles that reach outside, and nothing that
 * loads from elsewhere (a remote image tells its sender who reads when). `cid:` images become the URLs that `imageUrl`
 * gives; images it does not know, and remote ones unless the reader asked for them, keep their alt text alone. Null
 * beyond the limits.
 */
export function sanitisedHtml(
  html: string,
  imageUrl: (contentId: string) => string | null,
  remoteImages: 'blocked' | 'shown' = 'blocked',
): string | null {
  if (!withinHtmlLimits(html)) return null;
  return sanitizeHtml(html, {
    allowedTags: TAGS,
    disallowedTagsMode: 'discard',
    nonTextTags: ['script', 'style', 'textarea', 'option', 'noscript', 'title', 'head', 'template'],
    allowedAttributes: {
      '*': ['style', 'dir', 'lang', 'title'],
      a: ['href', 'name', 'target', 'rel'],
      img: ['src', 'alt', 'width', 'height', 'data-blocked', 'referrerpolicy'],
      font: ['color', 'face', 'size'],
      table: ['border', 'cellpadding', 'cellspacing', 'width', 'align', 'bgcolor'],
      td: ['colspan', 'rowspan', 'width', 'align', 'valign', 'bgcolor'],
      th: ['colspan', 'rowspan', 'width', 'align', 'valign', 'bgcolor'],
      tr: ['align', 'valign', 'bgcolor'],
      ol: ['start', 'type'],
      col: ['span', 'width'],
    },
    allowedStyles: {
      '*': {
        color: COLOR,
        'background-color': COLOR,
        'font-weight': [/^(?:bold|bolder|lighter|normal|[1-9]00)$/],
        'font-style': [/^(?:italic|normal)$/],
        'font-size': LENGTH,
        'text-align': [/^(?:left|right|center|justify)$/],
        'text-decoration': [/^(?:underline|line-through|none)$/],
        'margin-left': LENGTH,
        'padding-left': LENGTH,
        'white-space': [/^(?:pre|pre-wrap|nowrap|normal)$/],
        'border-collapse': [/^collapse$/],
      },
    },
    allowedSchemes: ['http', 'https', 'mailto', 'tel'],
    allowedSchemesByTag: { img: ['http', 'https', 'data', 'cid'] },
    allowProtocolRelative: false,
    transformTags: {
      a: (_, attribs) => ({
        tagName: 'a',
        attribs: { ...attribs, target: '_blank', rel: 'noopener noreferrer nofollow' },
      }),
      img: (_, attribs) => ({
        tagName: 'img',
        attribs: shownImage(attribs, imageUrl, remoteImages),
      }),
    },
  });
}

function shownImage(
  { src, ...rest }: sanitizeHtml.Attributes,
  imageUrl: (contentId: string) => string | null,
  remoteImages: 'blocked' | 'shown',
): sanitizeHtml.Attributes {
  if (src === undefined) return rest;
  if (LOCAL_IMAGE.test(src)) return { ...rest, src };
  const cid = /^cid:(.+)$/i.exec(src.trim())?.[1];
  if (cid === undefined) {
    // Its sender then learns that somebody reads, and not where.
    return remoteImages === 'shown' && REMOTE_IMAGE.test(src)
      ? { ...rest, src, referrerpolicy: 'no-referrer' }
      : { ...rest, 'data-blocked': 'remote' };
  }
  const url = imageUrl(decoded(cid));
  return url === null ? { ...rest, 'data-blocked': 'missing' } : { ...rest, src: url };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
