import jsxA11y from 'eslint-plugin-jsx-a11y';
import reactHooks from 'eslint-plugin-react-hooks';
import { readdirSync } from 'node:fs';
import tseslint from 'typescript-eslint';

/** What a folder must not import: upper floors, and its neighbours. */
const floor = (files, forbidden, message) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns: [{ regex: forbidden, message }] }] },
});

const features = readdirSync(new URL('./src/features', import.meta.url));
const neighbours = (name) => features.filter((other) => other !== name).join('|');

export default tseslint.config(
  { ignores: ['dist', 'src/lib/api/schema.ts'] },
  ...tseslint.configs.strictTypeChecked,
  jsxA11y.flatConfigs.strict,
  reactHooks.configs.flat['recommended-latest'],
  {
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/only-throw-error': 'off', // the router's redirect() is thrown and is no Error
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'jsx-a11y/no-autofocus': 'off', // used in dialogs and sign-in alone, where it is what people expect
    },
  },
  floor(['src/lib/**'], '^@/(app|features|components)', 'lib is the lowest floor'),
  floor(['src/components/**'], '^@/(app|features)', 'components know no feature'),
  ...features.map((name) =>
    floor([`src/features/${name}/**`], `^@/(app|features/(${neighbours(name) || '-'}))(/|$)`, 'features know neither the app nor each other'),
  ),
  { files: ['**/*.js', '**/*.mjs'], ...tseslint.configs.disableTypeChecked },
);
