const LOGO = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 132 40" role="img" aria-label="Liaison">
  <rect y="4" width="32" height="32" rx="7" fill="#1d4f8c" />
  <path d="M9 14.5 16 20 9 25.5M23 14.5 16 20l7 5.5" fill="none" stroke="#fff" stroke-width="2.4" stroke-linecap="round" />
  <g fill="#fff">
    <circle cx="8" cy="14" r="2.6" /><circle cx="8" cy="26" r="2.6" /><circle cx="24" cy="14" r="2.6" />
    <circle cx="24" cy="26" r="2.6" /><circle cx="16" cy="20" r="3.2" />
  </g>
  <text x="42" y="28" fill="#fff" font-family="system-ui, sans-serif" font-size="22" font-weight="600">Liaison</text>
</svg>`;

const ICON = LOGO.replace('0 0 132 40', '0 4 32 32');
const TITLE = 'Liaison gateway API';
/** The page shows the document of its own gateway alone: no field for the address of another one. */
const STYLE = '.swagger-ui .topbar .download-url-wrapper { display: none }';

/** Options of the API page: our name, our logo, and no other document. */
export const pageLook = {
  logo: { type: 'image/svg+xml', content: LOGO, href: '/docs/', target: '_self' as const },
  theme: {
    title: TITLE,
    favicon: [{ filename: 'liaison.svg', rel: 'icon', type: 'image/svg+xml', sizes: 'any', content: ICON }],
    css: [{ filename: 'liaison.css', content: STYLE }],
  },
};
