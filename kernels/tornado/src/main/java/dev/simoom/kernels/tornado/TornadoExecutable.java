package dev.simoom.kernels.tornado;

import dev.simoom.kernels.Buffer;
import dev.simoom.kernels.Executable;
import dev.simoom.kernels.Launch;
import dev.simoom.kernels.LaunchCheck;
import dev.simoom.kernels.Slots;
import dev.simoom.kernels.tornado.memory.DeviceArray;
import dev.simoom.kernels.tornado.memory.DeviceArray.Role;
import dev.simoom.kernels.tornado.memory.DeviceMemory;
import dev.simoom.kernels.tornado.memory.SlotPlace;
import dev.simoom.kernels.tornado.task.ArrayRef;
import dev.simoom.kernels.tornado.task.Task;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A launch list as one execution plan on a device. */
final class TornadoExecutable implements Executable {
  private final OpenDevice device;
  private final LaunchCheck check;
  private final IndexGuard guard;
  private final List<DeviceArray> arrays;
  private final List<Resident> residents = new ArrayList<>();
  private final @Nullable Plan plan;
  private boolean open = true;

  TornadoExecutable(OpenDevice device, List<Launch> launches, Slots slots) {
    this.device = device;
    check = new LaunchCheck(launches);
    DeviceMemory memory = new DeviceMemory(launches, slots, HostArray.HEADER);
    List<Task> all = new ArrayList<>(Lowering.lower(launches, memory));
    guard = IndexGuard.of(launches, memory);
    all.addAll(guard.tasks());
    arrays = all.isEmpty() ? List.of() : memory.arrays();
    plan = all.isEmpty() ? null : makePlan(memory, all);
  }

  private Plan makePlan(DeviceMemory memory, List<Task> all) {
    Set<ArrayRef> used = new LinkedHashSet<>();
    all.forEach(task -> used.addAll(task.arrays()));
    List<SlotPlace> places =
        memory.slots().stream().filter(p -> used.contains(p.array().ref())).toList();
    List<ArrayRef> uploaded =
        places.stream()
            .filter(p -> p.needsContent() && p.array().role() == Role.STATE)
            .map(p -> p.array().ref())
            .toList();
    Plan made = newPlan(uploaded, all);
    for (SlotPlace place : places) {
      residents.add(new Resident(place, made.array(place.array().ref()), made));
    }
    if (memory.constantArray() >= 0) {
      HostArray constants = made.array(arrays.get(memory.constantArray()).ref());
      MemorySegment values = MemorySegment.ofArray(memory.constants());
      MemorySegment.copy(values, 0, constants.content(), 0, values.byteSize());
    }
    return made;
  }

  private Plan newPlan(List<ArrayRef> uploaded, List<Task> all) {
    device.take(arrays);
    try {
      return new Plan(device, arrays, uploaded, all);
    } catch (RuntimeException | Error e) {
      device.giveBack(arrays);
      throw e;
    }
  }

  @Override
  public void run(Buffer... slots) {
    synchronized (device) {
      if (!open) {
        throw new IllegalStateException("an executable was run after it was closed");
      }
      check.verify(slots);
      guard.checkHost(slots);
      if (plan == null) {
        return;
      }
      bring(slots);
      plan.run();
      residents.forEach(Resident::ran);
      guard.checkDevice(plan);
    }
  }

  /** Stages what the host has newer; if state is among it, all state goes to the device anew. */
  private void bring(Buffer[] slots) {
    boolean upload = false;
    for (Resident resident : residents) {
      boolean stale = resident.bind(slots[resident.place().slot()]);
      if (resident.travels() && stale) {
        resident.stage();
      }
      upload |= stale && !resident.travels();
    }
    if (upload) {
      residents.stream()
          .filter(r -> !r.travels() && r.place().needsContent())
          .forEach(Resident::stage);
      plan.upload();
    }
  }

  @Override
  public String explain() {
    synchronized (device) {
      return plan == null ? "" : plan.explain();
    }
  }

  @Override
  public void close() {
    synchronized (device) {
      if (open) {
        open = false;
        residents.forEach(Resident::release);
        device.giveBack(arrays);
        if (plan != null) {
          plan.close();
        }
      }
    }
  }
}
