import type { TimelineEvent } from "../domain/incident.ts";
import type { IncidentStore } from "../ports/incident-store.ts";

/**
 * The store as the steps of one member see it. All members write into one incident, often at the same moment: what they write there is kept apart by the
 * service's name, and says whose it is; signals of the service that fired keep their names, since the record's figures are of these.
 */
export function laneStore(store: IncidentStore, service: string, fired: string): IncidentStore {
  const ofService = (event: TimelineEvent): TimelineEvent => ({
    ...event,
    id: `${event.id}#${service}`,
    message: event.message.startsWith(service) ? event.message : `${service}: ${event.message}`,
    data: { ...event.data, service },
  });
  return {
    append: (incidentId, events) => store.append(incidentId, events.map(ofService)),
    saveSeries: (incidentId, series) =>
      store.saveSeries(incidentId, service === fired ? series : series.map((one) => ({ ...one, signal: `${service}/${one.signal}` }))),
    acquire: (...all) => store.acquire(...all),
    renew: (...all) => store.renew(...all),
    open: (...all) => store.open(...all),
    attach: (...all) => store.attach(...all),
    close: (...all) => store.close(...all),
    announce: (...all) => store.announce(...all),
    members: (...all) => store.members(...all),
    settle: (...all) => store.settle(...all),
    release: (...all) => store.release(...all),
    holder: (...all) => store.holder(...all),
    read: (...all) => store.read(...all),
    readMeta: (...all) => store.readMeta(...all),
    list: (...all) => store.list(...all),
    readSwitch: () => store.readSwitch(),
    writeSwitch: (state) => store.writeSwitch(state),
  };
}
