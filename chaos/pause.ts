/** The laboratory's own waiting, where what it waits for shows nowhere. */
export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
