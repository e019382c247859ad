package uk.ac.manchester.tornado.api;

/** Work items along one dimension. */
public final class WorkerGrid1D extends AbstractWorkerGrid {
  /** So many work items in all. */
  public WorkerGrid1D(int x) {
    super(x, 1, 1);
  }

  @Override
  public int dimension() {
    return 1;
  }
}
