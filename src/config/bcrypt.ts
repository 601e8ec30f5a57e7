/** Each step of the cost doubles the time of a login: at 15 it is seconds of the daemon's only thread. */
const BCRYPT = /^\$2[aby]\$(?:0[4-9]|1[0-5])\$[./A-Za-z0-9]{53}$/;

export function isBcryptHash(text: string): boolean {
  return BCRYPT.test(text);
}

/** How to speak of one. */
export const HASH = {
  what: 'a bcrypt hash of cost 4 to 15',
  write: 'what "htpasswd -nBC 10 NAME" prints after the colon',
};

export function isUserName(name: string): boolean {
  return name !== '' && !/[:\p{Cc}]/u.test(name);
}
