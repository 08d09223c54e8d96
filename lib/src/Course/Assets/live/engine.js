// What runs the cells of a page. The page knows an engine by this interface alone, so that there may be several:
//
//   start()                  makes it ready; may be called again and again. A promise.
//   execute(code, on, name)  runs a cell, which has that name on the page. on(kind, content) is called for what it
//                            shows, as Jupyter's messages say it: stream, display_data, update_display_data,
//                            execute_result, error, clear_output, and input_request, whose content has an answer(text).
//                            A promise of { status }: ok, error, aborted (a cell before it has failed), lost (the
//                            engine has gone or was started anew).
//   interrupt()              asks it to stop the running cell.
//   restart()                starts it anew, without any variables. A promise.
//   resume()                 a promise: null, or the cells of an earlier visit that may be running still, as
//                            { id, name }; follow(id, on, name) goes on with one, and gives what execute gives. Then
//                            start().
//   complete(code, at)       a promise of { from, to, options: [{ label, type }] }, all counted in UTF-16 units.
//   inspect(code, at)        a promise of a text, or null.
//   state                    off, starting, idle, busy, dead, or unreachable; a 'state' event tells of each change.
//   life                     names this life of the engine: another one after each restart, null while it is off.
//   words                    what the page says in a state, where the engine knows better than the page.
//   isSlow                   whether it computes many times as slowly as the reader's own machine.
//   isCheap                  whether it may be started before the reader has run anything.
export class Engine extends EventTarget {
  #state = 'off';
  words = {};
  isCheap = true;
  isSlow = false;

  get state() { return this.#state; }

  set state(state) {
    if (state === this.#state) return;
    this.#state = state;
    this.tell();
  }

  tell() { this.dispatchEvent(new Event('state')); }
}
