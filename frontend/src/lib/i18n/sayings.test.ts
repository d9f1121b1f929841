import { describe, expect, it } from 'vitest';
import { sayings } from '@/lib/i18n/sayings';

const say = sayings({
  '{} has no {}': '{0}: {1} 없음',
  'has no {} servers': '{0} 서버 없음',
  'cannot say it: {}': '표현할 수 없음: {0}',
  'lacks the secret {}': '비밀 값 {0} 없음',
  'expected {} in a {} server': '{1} 서버에는 {0}',
  'to be written: {}; `reconciler sync`': '기록할 파일 {0}',
  'a new server': '새 서버',
});

describe('what the program says, in another language', () => {
  it.each([
    ['a sentence', 'a new server', '새 서버'],
    ['a sentence with a value', 'lacks the secret TOKEN', '비밀 값 TOKEN 없음'],
    ['values in another order', 'expected a url in a http server', 'http 서버에는 a url'],
    ['the sentence with most words of its own', 'codex has no sse servers', 'codex: sse 서버 없음'],
    ['a sentence within another', 'acli cannot say it: lacks the secret TOKEN', 'acli: 표현할 수 없음: 비밀 값 TOKEN 없음'],
    ['an entry before it', 'mcp/docs: a new server', 'mcp/docs: 새 서버'],
    ['several at once', 'mcp/docs: codex has no sse servers; a new server', 'mcp/docs: codex: sse 서버 없음; 새 서버'],
    ['a sentence with a semicolon of its own', 'to be written: .codex/config.toml; `reconciler sync`', '기록할 파일 .codex/config.toml'],
    ['nothing that it does not know', 'unexpected token at 3; see there', 'unexpected token at 3; see there'],
    ['nothing of what only begins like a sentence', 'a new server and more', 'a new server and more'],
  ])('says %s', (_, english, other) => {
    expect(say(english)).toBe(other);
  });
});
