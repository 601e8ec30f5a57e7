/** Ways into runtime/pprof that write a profile; `Do` runs the service's own work, and `Add` counts its own things. */
const WRITERS =
  /^runtime\/pprof\.(\(\*Profile\)\.WriteTo|WriteHeapProfile|StartCPUProfile|profileWriter|write)/;

/** `Handler`, `HandlerFor` and its closures; `InstrumentHandlerDuration` and the like wrap the service's own handlers. */
const METRICS_PAGE = 'promhttp.Handler';

/** Whether what is allocated below a function is allocated for whoever watches, and says nothing of the service. */
export function servesObserver(name: string): boolean {
  return name.startsWith('net/http/pprof.') || WRITERS.test(name) || name.includes(METRICS_PAGE);
}
