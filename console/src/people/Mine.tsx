import { useState } from 'react';
import { EXPORT, WISH, ask, type Me } from './api';
import type { PeopleWords } from './words';

interface Properties {
  words: PeopleWords;
  me: Me;
  onChange: () => void;
}

/** What is kept of whoever is signed in, and what they may ask for. */
export function Mine({ words, me, onChange }: Properties) {
  const [failed, setFailed] = useState(false);

  async function download() {
    const answer = await ask<{ ownExport: { data: string } }>(EXPORT).catch(() => null);
    setFailed(!answer);
    if (!answer) return;
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([answer.ownExport.data], { type: 'application/json' }));
    link.download = `${me.login}.json`;
    link.click();
    URL.revokeObjectURL(link.href);
    onChange();
  }

  async function wish(wanted: boolean) {
    setFailed(!(await ask(WISH, { wanted }).catch(() => null)));
    onChange();
  }

  const place = me.person.company?.name ?? me.person.unit?.name ?? words.nobody;
  return (
    <section>
      <h2>{words.mine}</h2>
      <dl>
        <dt>{words.name}</dt>
        <dd>{me.person.name}</dd>
        <dt>{words.login}</dt>
        <dd>{me.login}</dd>
        <dt>{words.email}</dt>
        <dd>{me.email ?? words.nobody}</dd>
        <dt>{words.unit}</dt>
        <dd>{place}</dd>
        <dt>{words.roles}</dt>
        <dd>{me.roles.join(', ')}</dd>
      </dl>
      {me.erasureAskedAt && <p className="asked">{words.askedAt(when(me.erasureAskedAt))}</p>}
      <p>
        <button type="button" onClick={download}>
          {words.download}
        </button>{' '}
        <button type="button" onClick={() => wish(!me.erasureAskedAt)}>
          {me.erasureAskedAt ? words.withdrawErasure : words.askErasure}
        </button>
      </p>
      {failed && <output role="alert">{words.failed}</output>}
      <h3>{words.records}</h3>
      {me.records.length === 0 && <p>{words.noRecords}</p>}
      <ul className="records">
        {me.records.map((record, place) => (
          <li key={place}>
            <time dateTime={record.at}>{when(record.at)}</time> {record.act && words.acts[record.act]}
            {record.actor && ` · ${record.actor.name}`}
            {record.reason && ` · ${record.reason}`}
          </li>
        ))}
      </ul>
    </section>
  );
}

export function when(instant: string): string {
  return new Date(instant).toLocaleString(document.documentElement.lang, { dateStyle: 'medium', timeStyle: 'short' });
}
