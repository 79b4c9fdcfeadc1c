import { useState, type FormEvent, type ReactNode } from 'react';
import { signIn, signOut, type Answer } from './server';
import type { Words } from './words';

interface Properties {
  words: Words;
  /** Called after every change of the session, so that the schema is asked for anew. */
  onChange: () => void;
  onOtherLanguage: () => void;
  /** What else stands in the bar. */
  children?: ReactNode;
}

/**
 * Signs in and out. The cookie is not readable from here, so the bar never claims to know who is
 * signed in: it says how the last attempt ended, and signing out is always offered.
 */
export function SessionBar({ words, onChange, onOtherLanguage, children }: Properties) {
  const [answer, setAnswer] = useState<Answer>();
  const [busy, setBusy] = useState(false);

  async function settle(attempt: Promise<Answer>) {
    setBusy(true);
    const answer = await attempt;
    setAnswer(answer);
    setBusy(false);
    if (answer.kind === 'signedIn' || answer.kind === 'signedOut') onChange();
    return answer;
  }

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const field = (name: string) => String(new FormData(form).get(name) ?? '');
    const answer = await settle(signIn({ zone: field('zone'), login: field('login'), password: field('password') }));
    if (answer.kind === 'signedIn') form.reset();
  }

  return (
    <header className="session-bar">
      <form onSubmit={submit}>
        <label>
          {words.zone}
          <input name="zone" autoComplete="organization" required />
        </label>
        <label>
          {words.login}
          <input name="login" autoComplete="username" required />
        </label>
        <label>
          {words.password}
          <input name="password" type="password" autoComplete="current-password" required />
        </label>
        <button disabled={busy}>{words.signIn}</button>
        <button type="button" disabled={busy} onClick={() => settle(signOut())}>
          {words.signOut}
        </button>
      </form>
      {children}
      <output data-kind={answer?.kind ?? 'hint'}>{sentence(words, answer)}</output>
      <button type="button" onClick={onOtherLanguage}>
        {words.otherLanguage}
      </button>
    </header>
  );
}

function sentence(words: Words, answer: Answer | undefined): string {
  if (!answer) return words.hint;
  return answer.kind === 'failed' ? words.failed(answer.status) : words[answer.kind];
}
