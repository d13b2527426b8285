export function judge(answer: string): { readonly code: 0 | 1; readonly text: string };
