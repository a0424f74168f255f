/** What of an SDL says how a service is asked, and cannot be carried out. */
export class TranslationFault extends Error {}
