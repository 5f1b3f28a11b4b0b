/** What was done and can be undone. */
export class History {
  constructor(first) {
    this.past = [];
    this.now = first;
    this.future = [];
    this.what = '';
  }

  /** Remember a new state. Changes called the same, one right after another, are one change. */
  push(state, what = '') {
    if (!what || what !== this.what || !this.past.length) this.past.push(this.now);
    if (this.past.length > 200) this.past.shift();
    this.now = state;
    this.future = [];
    this.what = what;
  }

  undo() {
    if (this.past.length) {
      this.future.push(this.now);
      this.now = this.past.pop();
      this.what = '';
    }
    return this.now;
  }

  redo() {
    if (this.future.length) {
      this.past.push(this.now);
      this.now = this.future.pop();
      this.what = '';
    }
    return this.now;
  }
}
