package dev.simoom.kernels.simd;

import dev.simoom.kernels.Buffer;
import dev.simoom.kernels.Executable;
import dev.simoom.kernels.Kernel;
import dev.simoom.kernels.Launch;
import dev.simoom.kernels.LaunchCheck;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tasks in a row, each with the places of its operands. */
final class SimdExecutable implements Executable {
  private final Workers workers;
  private final LaunchCheck check;
  private final Kernel[] kernels;
  private final KernelEvent.@Nullable Subject[] subjects;
  private final Task[] tasks;
  private final int[][] slots;
  private final long[][] offsets;
  private final long[][] addresses;
  private final Buffer workspace;

  SimdExecutable(Workers workers, List<Launch> launches) {
    this.workers = workers;
    check = new LaunchCheck(launches);
    int n = launches.size();
    kernels = new Kernel[n];
    subjects = new KernelEvent.Subject[n];
    tasks = new Task[n];
    slots = new int[n][];
    offsets = new long[n][];
    addresses = new long[n][];
    long shared = 0;
    long own = 0;
    for (int i = 0; i < n; i++) {
      Launch launch = launches.get(i);
      kernels[i] = launch.kernel();
      tasks[i] = SimdBackend.task(launch.kernel());
      slots[i] = launch.operands().stream().mapToInt(o -> o.slot()).toArray();
      offsets[i] = launch.operands().stream().mapToLong(o -> o.offset()).toArray();
      addresses[i] = new long[slots[i].length];
      shared = Math.max(shared, tasks[i].workspaceBytes());
      own = Math.max(own, tasks[i].scratchBytes());
    }
    workers.reserveScratch(own);
    workspace = Buffer.allocate("workspace", shared);
  }

  @Override
  public synchronized void run(Buffer... buffers) {
    long shared = workspace.address();
    check.verify(buffers);
    for (int i = 0; i < tasks.length; i++) {
      long[] to = addresses[i];
      for (int j = 0; j < to.length; j++) {
        to[j] = buffers[slots[i][j]].address() + offsets[i][j];
      }
      tasks[i].bind(to, shared);
      if (KernelEvent.isRecorded()) {
        record(i);
      } else {
        workers.run(tasks[i]);
      }
    }
  }

  private void record(int index) {
    KernelEvent.Subject subject = subjects[index];
    if (subject == null) {
      subject = KernelEvent.Subject.of(kernels[index]);
      subjects[index] = subject;
    }
    KernelEvent event = new KernelEvent();
    event.begin();
    event.ownTime = workers.runTimed(tasks[index]);
    event.end();
    event.kernel = subject.kernel();
    event.operations = subject.operations();
    event.traffic = subject.traffic();
    event.commit();
  }

  @Override
  public synchronized void close() {
    workspace.close();
  }
}
