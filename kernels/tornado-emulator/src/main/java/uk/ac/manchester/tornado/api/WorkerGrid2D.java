package uk.ac.manchester.tornado.api;

/** Work items along two dimensions. */
public final class WorkerGrid2D extends AbstractWorkerGrid {
  /** So many work items in all. */
  public WorkerGrid2D(int x, int y) {
    super(x, y, 1);
  }

  @Override
  public int dimension() {
    return 2;
  }
}
