/** What is known of a request before its body is read, the first to be refused last: whoever shows a credential goes before, and who may write. */
export type Priority = 'signedIn' | 'signedInQuery' | 'anonymous' | 'anonymousQuery';
