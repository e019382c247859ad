package dev.simoom.kernels.tornado.memory;

import dev.simoom.kernels.Launch;
import dev.simoom.kernels.Operand;
import dev.simoom.kernels.Port;
import dev.simoom.kernels.Slots;
import dev.simoom.kernels.tornado.memory.DeviceArray.Role;
import dev.simoom.kernels.tornado.task.ArrayRef;
import dev.simoom.kernels.tornado.task.ElementType;
import dev.simoom.kernels.tornado.task.Place;
import dev.simoom.kernels.tornado.task.Room;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Gives the slots of a launch list their places in device arrays.
 *
 * <p>An array has one type of elements. So a scratch slot becomes one array for each type, with
 * only the parts that hold that type; every other slot holds one type and becomes one array; small
 * slots that only the host writes travel together.
 */
public final class DeviceMemory {
  /** Slots up to this size, in bytes, that only the host writes travel in one array. */
  private static final long SMALL = 4096;

  private static final long MOST_ELEMENTS = Integer.MAX_VALUE - 64;

  private final List<DeviceArray> arrays = new ArrayList<>();
  private final List<SlotPlace> slots = new ArrayList<>();
  private final Map<Integer, SlotPlace> placeOf = new HashMap<>();
  private final Map<Integer, Map<ElementType, Spans>> scratchParts = new HashMap<>();
  private final Map<Integer, Map<ElementType, Integer>> scratchArrays = new HashMap<>();
  private final Map<ElementType, Integer> handedOn = new EnumMap<>(ElementType.class);
  private final Map<ElementType, Integer> lasting = new EnumMap<>(ElementType.class);
  private final List<Integer> constants = new ArrayList<>();
  private int constantArray = -1;

  /**
   * Places all slots.
   *
   * @throws UnsupportedOperationException if one is too large for an array, or a slot that is not
   *     scratch holds several types
   */
  public DeviceMemory(List<Launch> launches, Slots known) {
    List<SlotUse> uses = SlotUse.of(launches);
    Map<ElementType, List<Integer>> small = new EnumMap<>(ElementType.class);
    for (int slot = 0; slot < uses.size(); slot++) {
      SlotUse use = uses.get(slot);
      if (known.scratch().contains(slot)) {
        placeScratch(slot, use);
      } else if (use.bytes() > 0) {
        ElementType type = onlyType(slot, use);
        if (!use.writes() && use.bytes() <= SMALL) {
          small.computeIfAbsent(type, t -> new ArrayList<>()).add(slot);
        } else {
          boolean travels = known.inputs().contains(slot) && !use.writes();
          Role role = travels ? Role.TRAVELLING : Role.STATE;
          DeviceArray array = array(type, use.bytes(), role, "slot " + slot);
          place(new SlotPlace(slot, array, 0, use.bytes(), use.needsContent(), use.writes()));
        }
      }
    }
    small.forEach((type, members) -> placeSmall(type, members, uses));
  }

  private static ElementType onlyType(int slot, SlotUse use) {
    if (use.touched().size() > 1) {
      throw new UnsupportedOperationException(
          "slot " + slot + " holds " + use.touched().keySet() + "; on a device it can hold one");
    }
    return use.touched().keySet().iterator().next();
  }

  private void placeScratch(int slot, SlotUse use) {
    scratchParts.put(slot, use.touched());
    Map<ElementType, Integer> made = new EnumMap<>(ElementType.class);
    use.touched()
        .forEach(
            (type, spans) ->
                made.put(
                    type,
                    array(type, spans.bytes(), Role.INTERMEDIATE, "intermediates").ref().number()));
    scratchArrays.put(slot, made);
  }

  private void placeSmall(ElementType type, List<Integer> members, List<SlotUse> uses) {
    long bytes = members.stream().mapToLong(slot -> uses.get(slot).bytes()).sum();
    DeviceArray array = array(type, bytes, Role.TRAVELLING, "small inputs");
    long offset = 0;
    for (int slot : members) {
      long size = uses.get(slot).bytes();
      place(new SlotPlace(slot, array, offset, size, true, false));
      offset += size;
    }
  }

  private void place(SlotPlace place) {
    slots.add(place);
    placeOf.put(place.slot(), place);
  }

  private DeviceArray array(ElementType type, long bytes, Role role, String purpose) {
    long elements = Math.max(1, bytes / type.bytes());
    checkSize(purpose, elements);
    ArrayRef ref = new ArrayRef(arrays.size(), type);
    arrays.add(new DeviceArray(ref, (int) elements, role, purpose));
    return arrays.getLast();
  }

  /** All arrays, by number. */
  public List<DeviceArray> arrays() {
    return List.copyOf(arrays);
  }

  /** The slots that have buffers on the host. */
  public List<SlotPlace> slots() {
    return List.copyOf(slots);
  }

  /** The array of constants and what is in it, or -1 if there is none. */
  public int constantArray() {
    return constantArray;
  }

  /** The content of the array of constants. */
  public int[] constants() {
    return constants.stream().mapToInt(i -> i).toArray();
  }

  /** A new array of integers that tasks fill for the host. */
  public Place report(int elements) {
    return new Place(array(ElementType.INT, 4L * elements, Role.REPORT, "reports").ref(), 0);
  }

  /** The room of one launch; what tasks hand on lies where that of the launch before did. */
  public Room room(Launch launch) {
    Map<ElementType, Long> used = new EnumMap<>(ElementType.class);
    List<Port> ports = launch.kernel().ports();
    return new Room() {
      @Override
      public Place operand(int port) {
        return placeOf(launch.operands().get(port), ElementType.of(ports.get(port).type()));
      }

      @Override
      public Place scratch(ElementType type, long elements) {
        long start = used.merge(type, elements, Long::sum) - elements;
        return grow(handedOn, type, "room within kernels", start, elements);
      }

      @Override
      public Place lasting(ElementType type, long elements) {
        Integer array = lasting.get(type);
        long start = array == null ? 0 : arrays.get(array).elements();
        return grow(lasting, type, "partial results", start, elements);
      }

      @Override
      public Place table(int... values) {
        return constant(values);
      }
    };
  }

  private Place placeOf(Operand operand, ElementType type) {
    SlotPlace place = placeOf.get(operand.slot());
    if (place != null) {
      return new Place(place.array().ref(), elements(place.offset() + operand.offset(), type));
    }
    Map<ElementType, Integer> made = scratchArrays.get(operand.slot());
    Integer number = made == null ? null : made.get(type);
    if (number == null) {
      // An operand of no elements in a slot that nothing else is in.
      return grow(handedOn, type, "room within kernels", 0, 1);
    }
    Spans parts = scratchParts.get(operand.slot()).get(type);
    return new Place(arrays.get(number).ref(), elements(parts.before(operand.offset()), type));
  }

  private static int elements(long bytes, ElementType type) {
    return Math.toIntExact(bytes / type.bytes());
  }

  /** A part of an array that is made at first use and grows as it must. */
  private Place grow(
      Map<ElementType, Integer> made, ElementType type, String purpose, long start, long elements) {
    int number =
        made.computeIfAbsent(type, t -> array(t, 0, Role.INTERMEDIATE, purpose).ref().number());
    DeviceArray old = arrays.get(number);
    DeviceArray grown = sized(old, Math.max(old.elements(), start + elements));
    arrays.set(number, grown);
    return new Place(grown.ref(), Math.toIntExact(start));
  }

  private static DeviceArray sized(DeviceArray array, long elements) {
    checkSize(array.purpose(), elements);
    return new DeviceArray(array.ref(), (int) Math.max(1, elements), array.role(), array.purpose());
  }

  private static void checkSize(String purpose, long elements) {
    if (elements > MOST_ELEMENTS) {
      throw new UnsupportedOperationException(
          purpose + ": " + elements + " elements, an array on a device has at most 2^31");
    }
  }

  private Place constant(int... values) {
    if (constantArray < 0) {
      constantArray = array(ElementType.INT, 0, Role.CONSTANT, "tables").ref().number();
    }
    int start = constants.size();
    for (int value : values) {
      constants.add(value);
    }
    arrays.set(constantArray, sized(arrays.get(constantArray), constants.size()));
    return new Place(arrays.get(constantArray).ref(), start);
  }
}
