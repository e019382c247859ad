package dev.simoom.kernels.tornado;

import dev.simoom.kernels.Buffer;
import dev.simoom.kernels.DeviceCopy;
import dev.simoom.kernels.tornado.memory.DeviceArray.Role;
import dev.simoom.kernels.tornado.memory.SlotPlace;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A slot's content on the device: which buffer it is a copy of, and whether it still is one.
 *
 * <p>Content moves when it must: to the device when the host's has changed, to the host when it is
 * asked for.
 */
final class Resident implements DeviceCopy {
  private final SlotPlace place;
  private final HostArray array;
  private final Plan plan;
  private @Nullable Buffer buffer;
  private long version;

  Resident(SlotPlace place, HostArray array, Plan plan) {
    this.place = place;
    this.array = array;
    this.plan = plan;
  }

  SlotPlace place() {
    return place;
  }

  /** Whether the content goes to the device with every run. */
  boolean travels() {
    return place.array().role() == Role.TRAVELLING;
  }

  /**
   * Takes in the buffer of the next run.
   *
   * @return whether the device needs its content anew
   */
  boolean bind(Buffer next) {
    boolean stale = next != buffer || next.version() != version;
    if (next != buffer) {
      release();
      buffer = next;
    }
    return stale && place.needsContent();
  }

  /**
   * Copies the buffer's content to where TornadoVM takes it from; content that is newer on this
   * device comes from there.
   */
  void stage() {
    if (buffer == null) {
      return;
    }
    if (buffer.isSupersededBy(this)) {
      plan.download(place.array().ref());
    } else {
      MemorySegment.copy(buffer.content(), 0, array.content(), place.offset(), place.bytes());
    }
  }

  /** Notes that a run has gone by. */
  void ran() {
    if (buffer != null) {
      if (place.writes()) {
        buffer.supersededBy(this);
      }
      version = buffer.version();
    }
  }

  /** Gives a buffer its content before this one is no copy of it any more. */
  void release() {
    if (buffer != null && buffer.isOpen() && buffer.isSupersededBy(this)) {
      buffer.content();
    }
    buffer = null;
  }

  @Override
  public void fetch(MemorySegment target) {
    plan.download(place.array().ref());
    MemorySegment.copy(array.content(), place.offset(), target, 0, place.bytes());
  }
}
