import { useEffect, useState } from 'react';
import type { Language } from '../words';
import { kinds as askKinds, preview, publish, remove, type Kind, type MailLanguage, type OwnWords, type Refusal } from './ask';
import type { MailWords } from './words';

interface Properties {
  language: Language;
  words: MailWords;
}

const nothing: OwnWords = { subject: '', happened: '', next: '' };
const parts = ['subject', 'happened', 'next'] as const;
const languages: MailLanguage[] = ['ZH', 'EN'];

/** The zone's own words for its mails: written, looked at, published, taken back. */
export function Wordings({ language, words }: Properties) {
  const [kinds, setKinds] = useState<Kind[]>([]);
  const [chosen, setChosen] = useState('');
  const [reads, setReads] = useState<MailLanguage>(language === 'en' ? 'EN' : 'ZH');
  const [draft, setDraft] = useState(nothing);
  const [shown, setShown] = useState<{ subject: string; html: string }>();
  const [said, setSaid] = useState('');
  const [refusal, setRefusal] = useState<Refusal>();
  const kind = kinds.find((one) => one.kind === chosen) ?? kinds[0];
  const own = kind?.wordings.find((one) => one.language === reads);
  const written = parts.some((part) => draft[part] !== '');

  function failed() {
    setSaid(words.failed);
  }

  useEffect(() => {
    askKinds(language).then(setKinds, failed);
  }, [language]);

  // What is chosen anew begins with what counts: its words, and how the mail reads.
  useEffect(() => {
    if (!kind) return;
    setDraft(own ?? nothing);
    setRefusal(undefined);
    let late = false;
    preview(language, kind.kind, reads, undefined).then(({ preview }) => late || setShown(preview ?? undefined), failed);
    return () => {
      late = true;
    };
  }, [kind, reads, own, language]);

  if (!kind) return <section className="wordings" />;

  const draftWords = () => ({ subject: draft.subject, happened: draft.happened, next: draft.next });

  async function look() {
    setSaid('');
    const found = await preview(language, kind!.kind, reads, written ? draftWords() : undefined);
    setRefusal(found.refusal ?? undefined);
    if (found.preview) setShown(found.preview);
  }

  async function settle(attempt: Promise<Refusal | void | undefined>, done: string) {
    setSaid('');
    const refusal = (await attempt) ?? undefined;
    setRefusal(refusal);
    if (refusal) return;
    setKinds(await askKinds(language));
    setSaid(done);
  }

  return (
    <section className="wordings">
      <h1>{words.words}</h1>
      <p>{words.wordsHint}</p>
      <div className="choose">
        <select name="mail" aria-label={words.kind} value={kind.kind} onChange={(event) => setChosen(event.target.value)}>
          {kinds.map((one) => (
            <option key={one.kind} value={one.kind}>
              {one.title} ({one.kind})
            </option>
          ))}
        </select>
        <select
          name="reads"
          aria-label={words.language}
          value={reads}
          onChange={(event) => setReads(event.target.value as MailLanguage)}
        >
          {languages.map((one) => (
            <option key={one} value={one}>
              {words.languages[one]}
            </option>
          ))}
        </select>
        <em>{own ? words.own : words.shipped}</em>
      </div>
      {parts.map((part) => (
        <label key={part}>
          {words[part]}
          {part === 'subject' ? (
            <input name={part} value={draft[part]} onChange={(event) => setDraft({ ...draft, [part]: event.target.value })} />
          ) : (
            <textarea
              name={part}
              rows={3}
              value={draft[part]}
              onChange={(event) => setDraft({ ...draft, [part]: event.target.value })}
            />
          )}
          {refusal?.fields
            .filter(({ field }) => field === part)
            .map(({ message }) => (
              <strong key={message}>{message}</strong>
            ))}
        </label>
      ))}
      <p className="variables">
        {words.variables} {kind.variables.map((name) => <code key={name}>{`{{ ${name} }}`}</code>)}
      </p>
      <div className="choose">
        <button type="button" name="preview" onClick={() => look().catch(failed)}>
          {words.preview}
        </button>
        <button
          type="button"
          name="publish"
          onClick={() => settle(publish(language, kind.kind, reads, draftWords()), words.published).catch(failed)}
        >
          {words.publish}
        </button>
        <button
          type="button"
          name="remove"
          disabled={!own}
          onClick={() => settle(remove(language, kind.kind, reads), words.removed).catch(failed)}
        >
          {words.remove}
        </button>
        <output>{refusal?.message ?? said}</output>
      </div>
      {shown && (
        <figure>
          <figcaption>
            {words.asPreviewed}: <b>{shown.subject}</b>
          </figcaption>
          {/* A page of its own that may do nothing: no scripts, no forms, no name of ours. */}
          <iframe sandbox="" title={shown.subject} srcDoc={shown.html} />
        </figure>
      )}
    </section>
  );
}
