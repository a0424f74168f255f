import { ConfigError, type Environment, readSettings } from '../../src/config/config.ts';
import { sampleSections } from './sampleSections.ts';

/** The message lines with which a text is refused; none when it is not. */
export function readFaults(text: string, env: Environment = {}): readonly string[] {
  try {
    readSettings(text, { file: 'supergraph.yaml', env, sections: sampleSections });
    return [];
  } catch (refusal) {
    if (!(refusal instanceof ConfigError)) throw refusal;
    return refusal.message.split('\n');
  }
}
