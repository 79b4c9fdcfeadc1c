import { useState, type FormEvent } from 'react';
import type { PeopleWords } from './words';

interface Properties {
  words: PeopleWords;
  /** What the button says that begins it. */
  label: string;
  /** Does it for a reason; answers what it was refused for. */
  onConfirm: (reason: string) => Promise<string | undefined>;
}

/** A button that asks why before anything is done. */
export function Reason({ words, label, onConfirm }: Properties) {
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string>();

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const reason = String(new FormData(event.currentTarget).get('reason') ?? '');
    setBusy(true);
    const refused = await onConfirm(reason).catch(() => words.failed);
    setBusy(false);
    setRefusal(refused);
    if (!refused) setAsking(false);
  }

  if (!asking) {
    return (
      <button type="button" onClick={() => setAsking(true)}>
        {label}
      </button>
    );
  }
  return (
    <form className="reason" onSubmit={submit}>
      <label>
        {words.reason}
        <input name="reason" maxLength={500} required autoFocus />
      </label>
      <button disabled={busy}>{words.confirm}</button>
      <button type="button" onClick={() => setAsking(false)}>
        {words.cancel}
      </button>
      {refusal && <output role="alert">{refusal}</output>}
    </form>
  );
}
