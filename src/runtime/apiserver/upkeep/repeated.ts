/** Runs work that must not overlap with itself: what is asked for meanwhile runs once more, afterwards. */
export function repeated(work: () => Promise<void>, tellBug: (error: unknown) => void): () => void {
  let running = false;
  let again = false;
  const run = async (): Promise<void> => {
    running = true;
    try {
      do {
        again = false;
        await work();
      } while (again);
    } catch (error) {
      tellBug(error);
    } finally {
      running = false;
    }
  };
  return () => {
    if (running) again = true;
    else void run();
  };
}
