// Clock and Outbox: the sandbox's time, and the mails that the services would have sent.
import { html, useState, useData, request, Loaded, Panel, Empty, Field, useAction, dateTime, plural } from './lib.js';

const steps = [['1 minute', 60], ['1 hour', 3600], ['1 day', 86400], ['30 days', 30 * 86400]];

export function Clock() {
  const clock = useData('clock', 1000);
  const [when, setWhen] = useState('');
  const change = useAction(async body => {
    await request('clock', { method: 'PUT', body });
    await clock.reload();
    return 'The clock is set.';
  });
  const set = e => {
    e.preventDefault();
    const time = new Date(when + (/[zZ]|[+-]\d\d:\d\d$/.test(when) ? '' : 'Z'));
    change.run({ now: isNaN(time) ? when : time.toISOString() });
  };
  return html`
    <div class="title"><h1>Clock</h1><p class="lead">Timestamps, lifetimes of tokens and waits of faults go by this clock.</p></div>
    <${Loaded} of=${clock} what="the clock">${data => html`<div class="grid half">
      <${Panel} title="Now" note=${data.frozen ? 'frozen' : 'running'}><div class="in">
        <p><span class="mono">${dateTime(data.now)}</span></p>
        <div class="bar"><button type="button" class="primary" disabled=${change.busy} onClick=${() => change.run({ frozen: !data.frozen })}>${data.frozen ? 'Let it run' : 'Freeze'}</button>
          <button type="button" disabled=${change.busy} onClick=${() => change.run({ now: new Date().toISOString(), frozen: false })}>Back to the real time</button></div>
        ${change.shown}</div><//>
      <${Panel} title="Move it"><div class="in">
        <div><h3>Advance by</h3><div class="bar">${steps.map(([name, seconds]) => html`<button type="button" key=${name} disabled=${change.busy} onClick=${() => change.run({ advance: seconds })}>${name}</button>`)}</div></div>
        <form class="bar" onSubmit=${set}><${Field} label="Set to (UTC)"><input type="datetime-local" step="1" value=${when} required onInput=${e => setWhen(e.target.value)} /><//><button disabled=${change.busy}>Set the clock</button></form>
        <p class="dim small">A token lives an hour: advance the clock by two hours to see what a program does with an expired one.</p></div><//></div>`}<//>`;
}

export function Outbox() {
  const mails = useData('outbox', 2000);
  return html`
    <div class="title"><h1>Outbox</h1><p class="lead">Mails that the services would have sent. A mail holds no password.</p></div>
    <${Loaded} of=${mails} what="the outbox">${list => html`<${Panel} title="Mails" note=${plural(list.length, 'mail')}>
      ${list.length ? html`<div class="scroll"><table><thead><tr><th>Time</th><th>Kind</th><th>To</th><th>API</th><th>Tenant</th><th>User</th></tr></thead><tbody>
        ${[...list].reverse().slice(0, 200).map(m => html`<tr key=${m.id}><td class="nowrap">${dateTime(m.time)}</td><td><span class="badge info">${m.kind}</span></td><td class="wrap">${m.to}</td><td>${m.api}</td><td class="mono wrap">${m.tenant}</td><td class="mono wrap">${m.userId}</td></tr>`)}
      </tbody></table></div>${list.length > 200 && html`<p class="in dim">The newest 200 of ${list.length} are shown.</p>`}`
        : html`<${Empty} title="No mail was sent.">MyReports sends one when a user is created or activated, CloudCockpit when a password is set.<//>`}<//>`}<//>`;
}
