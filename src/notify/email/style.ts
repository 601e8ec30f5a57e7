/**
 * Inline styles, because several mail programs drop style sheets; the sheet only adds what they
 * then do without: the dark colours. No value has a quotation mark, so that each fits an attribute.
 */
export const STYLE = {
  body: 'margin:0;padding:0;background:#f3f4f6;color:#1f2328;font-family:-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif;font-size:15px;line-height:1.5;-webkit-text-size-adjust:100%',
  outer: 'width:100%;background:#f3f4f6',
  card: 'width:100%;max-width:640px;margin:0 auto;background:#ffffff;border-radius:8px;text-align:left',
  cell: 'padding:20px',
  title:
    'margin:10px 0 12px;font-size:20px;line-height:1.3;font-weight:600;overflow-wrap:anywhere;word-break:break-word',
  lead: 'margin:0 0 8px;overflow-wrap:anywhere;word-break:break-word',
  heading:
    'margin:24px 0 8px;font-size:13px;letter-spacing:0.04em;text-transform:uppercase;color:#59636e',
  label: 'padding:5px 14px 5px 0;vertical-align:top;white-space:nowrap;color:#59636e',
  value: 'padding:5px 0;vertical-align:top;overflow-wrap:anywhere;word-break:break-word',
  dim: 'color:#59636e',
  track: 'margin:14px 0 4px;height:8px;border-radius:4px;background:#e5e7eb;overflow:hidden',
  box: 'margin:0 0 10px;padding:12px 14px;border-radius:6px;background:#f6f8fa',
  name: 'font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:14px;font-weight:600;overflow-wrap:anywhere;word-break:break-word',
  small: 'margin:4px 0 0;font-size:13px;color:#59636e;overflow-wrap:anywhere;word-break:break-word',
  code: 'margin:8px 0 0;font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:12.5px;line-height:1.6;white-space:pre-wrap;overflow-wrap:anywhere;word-break:break-word',
  listing:
    'width:100%;margin:8px 0 0;border-collapse:collapse;font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:12.5px;line-height:1.6',
  lineNumber: 'padding:0 8px 0 4px;vertical-align:top;text-align:right;color:#59636e',
  held: 'padding:0 10px 0 0;vertical-align:top;text-align:right;white-space:nowrap;font-weight:600',
  codeLine:
    'padding:0 4px 0 0;vertical-align:top;width:100%;white-space:pre-wrap;overflow-wrap:anywhere;word-break:break-word',
  hit: 'background:#ffe3a3;font-weight:600',
  // A ground of its own, as what is drawn on it is dark in every mail program.
  picture:
    'display:block;width:100%;max-width:600px;height:auto;margin:0 0 10px;border:1px solid #d8dce2;border-radius:6px;background:#ffffff;color:#1b1f24',
  link: 'color:#0969da;text-decoration:underline',
  button:
    'display:inline-block;margin:0 8px 8px 0;padding:9px 16px;border-radius:6px;background:#1f2328;color:#ffffff;text-decoration:none;font-weight:600',
  footer:
    'margin:24px 0 0;font-size:12px;color:#59636e;overflow-wrap:anywhere;word-break:break-word',
} as const;

/** Of the mark above the title, by state: white on these has a contrast of at least 4.5. */
export const STATE_COLOURS = { leak: '#b42318', suspect: '#9a5b00', resolved: '#1a7f37' } as const;

export const DARK_SHEET = `
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
  .page { background: #0d1117 !important; color: #e6edf3 !important; }
  .card { background: #161b22 !important; }
  .box { background: #21262d !important; }
  .hit { background: #3d2e08 !important; }
  .track { background: #30363d !important; }
  .dim { color: #9da7b3 !important; }
  .link { color: #6cb6ff !important; }
  .button { background: #e6edf3 !important; color: #0d1117 !important; }
}
`;
