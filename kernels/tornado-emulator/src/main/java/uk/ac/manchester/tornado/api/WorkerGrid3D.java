package uk.ac.manchester.tornado.api;

/** Work items along three dimensions. */
public final class WorkerGrid3D extends AbstractWorkerGrid {
  /** So many work items in all. */
  public WorkerGrid3D(int x, int y, int z) {
    super(x, y, z);
  }

  @Override
  public int dimension() {
    return 3;
  }
}
