import type { Language } from '../words';

/** Every sentence of the page of mails, in both languages. */
const english = {
  title: 'Qian Xiao’er: mail',
  mine: 'Which mail I get',
  mineHint: 'Warnings and what is overdue always come at once and are not listed.',
  quietHours: 'Outside working hours, keep these mails until the desk opens',
  kind: 'Mail',
  delivery: 'When',
  deliveries: { AT_ONCE: 'at once', DAILY: 'once a day, in one mail', OFF: 'not at all' },
  saved: 'Saved.',
  failed: 'That did not work; try again.',
  signInFirst: 'Sign in to see which mail you get.',
  words: 'Words of the zone’s mails',
  wordsHint: 'Layout, facts and deadlines stay; only these three texts are the zone’s own. They count once published.',
  language: 'Language',
  languages: { ZH: 'Chinese', EN: 'English' },
  own: 'own words',
  shipped: 'words of the program',
  subject: 'Subject',
  happened: 'What happened',
  next: 'What comes next',
  variables: 'May be named',
  preview: 'Preview',
  publish: 'Publish',
  remove: 'Back to the words of the program',
  published: 'Published.',
  removed: 'The words of the program count again.',
  asPreviewed: 'As it would read, about a case that never was',
};

export type MailWords = typeof english;

const chinese: MailWords = {
  title: '钱小二：邮件',
  mine: '我接收的邮件',
  mineHint: '预警、超期类邮件始终即时发送，不在此列。',
  quietHours: '非工作时间内，下列邮件暂缓到上班后发送',
  kind: '邮件',
  delivery: '接收方式',
  deliveries: { AT_ONCE: '即时发送', DAILY: '每日汇总为一封', OFF: '不接收' },
  saved: '已保存。',
  failed: '未成功，请重试。',
  signInFirst: '请先登录，再设置接收的邮件。',
  words: '园区邮件用语',
  wordsHint: '版式、事项信息和时限不变，仅下列三段文字由园区自定，发布后生效。',
  language: '语言',
  languages: { ZH: '中文', EN: '英文' },
  own: '园区用语',
  shipped: '系统用语',
  subject: '主题',
  happened: '已发生的事',
  next: '接下来的事',
  variables: '可引用',
  preview: '预览',
  publish: '发布',
  remove: '恢复系统用语',
  published: '已发布。',
  removed: '已恢复系统用语。',
  asPreviewed: '以虚构事项为例的样式',
};

export const mailDictionary: Record<Language, MailWords> = { 'zh-CN': chinese, en: english };
