/** Every sentence the page itself shows, in both languages. GraphiQL speaks English only. */
const english = {
  title: 'Qian Xiao’er GraphiQL',
  zone: 'Zone',
  login: 'Login',
  password: 'Password',
  signIn: 'Sign in',
  signOut: 'Sign out',
  hint: 'The schema is shown to staff: sign in first.',
  signedIn: 'Signed in.',
  signedOut: 'Signed out.',
  refused: 'Zone, login or password is wrong.',
  unreachable: 'The server cannot be reached.',
  failed: (status: number) => `The server answered ${status}; try again later.`,
  otherLanguage: '中文',
  search: 'Search',
  searchHint: 'Search cases, companies, notes ( / )',
  searchFailed: 'Nothing could be looked for. Are you signed in?',
  nothingFound: 'Nothing was found.',
  kinds: { CASE: 'Cases', COMPANY: 'Companies', NOTE: 'Notes' },
};

export type Words = typeof english;
export type Language = 'zh-CN' | 'en';

const chinese: Words = {
  title: '钱小二 GraphiQL',
  zone: '园区',
  login: '账号',
  password: '密码',
  signIn: '登录',
  signOut: '退出',
  hint: '接口文档仅对工作人员开放，请先登录。',
  signedIn: '已登录。',
  signedOut: '已退出。',
  refused: '园区、账号或密码有误。',
  unreachable: '无法连接服务器。',
  failed: (status: number) => `服务器返回 ${status}，请稍后再试。`,
  otherLanguage: 'English',
  search: '搜索',
  searchHint: '搜索事项、企业、留言（/）',
  searchFailed: '未能搜索，请确认已登录。',
  nothingFound: '没有找到。',
  kinds: { CASE: '事项', COMPANY: '企业', NOTE: '留言' },
};

export const dictionary: Record<Language, Words> = { 'zh-CN': chinese, en: english };

export function preferredLanguage(): Language {
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}
