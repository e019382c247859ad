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
import java.util.stream.IntStream;

/**
 * Gives the slots of a launch list their places in device arrays.
 *
 * <p>An array has one type of elements. So a scratch slot becomes one array for each type, with
 * only the parts that hold that type; every other slot holds one type and becomes one array; small
 * slots that only the host writes travel together.
 *
 * <p>The content of every array begins where the device's memory is read in whole pieces, which
 * TornadoVM's header before it would prevent.
 */
public final class DeviceMemory {
  /** Slots up to this size, in bytes, that only the host writes travel in one array. */
  private static final long SMALL = 4096;

  private static final long MOST_ELEMENTS = Integer.MAX_VALUE - 64;

  /** Bytes that a GPU reads at a time. */
  private static final int ALIGNMENT = 128;

  private final long header;

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
   * @param header bytes before the elements of each array
   * @throws UnsupportedOperationException if one is too large for an array, or a slot that is not
   *     scratch holds several types
   */
  public DeviceMemory(List<Launch> launches, Slots known, long header) {
    this.header = header;
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
          long offset = leadBytes(type);
          place(new SlotPlace(slot, array, offset, use.bytes(), use.needsContent(), use.writes()));
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
    Map<ElementType, Spans> parts = new EnumMap<>(ElementType.class);
    Map<ElementType, Integer> made = new EnumMap<>(ElementType.class);
    use.touched()
        .forEach(
            (type, spans) -> {
              Spans whole = spans.widened(ALIGNMENT);
              parts.put(type, whole);
              made.put(
                  type,
                  array(type, whole.bytes(), Role.INTERMEDIATE, "intermediates").ref().number());
            });
    scratchParts.put(slot, parts);
    scratchArrays.put(slot, made);
  }

  private void placeSmall(ElementType type, List<Integer> members, List<SlotUse> uses) {
    long bytes = members.stream().mapToLong(slot -> uses.get(slot).bytes()).sum();
    DeviceArray array = array(type, bytes, Role.TRAVELLING, "small inputs");
    long offset = leadBytes(type);
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
    long elements = lead(type) + Math.max(1, bytes / type.bytes());
    checkSize(purpose, elements);
    ArrayRef ref = new ArrayRef(arrays.size(), type);
    arrays.add(new DeviceArray(ref, (int) elements, role, purpose));
    return arrays.getLast();
  }

  /** Elements before the first that is used, in each array of a type. */
  private int lead(ElementType type) {
    return (int) (leadBytes(type) / type.bytes());
  }

  private long leadBytes(ElementType type) {
    return Math.floorMod(-header, ALIGNMENT) / type.bytes() * type.bytes();
  }

  private static long aligned(ElementType type, long elements) {
    int unit = ALIGNMENT / type.bytes();
    return Math.ceilDiv(elements, unit) * unit;
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

  /** The content of the array of constants, from its first element on. */
  public int[] constants() {
    IntStream lead = IntStream.generate(() -> 0).limit(lead(ElementType.INT));
    return IntStream.concat(lead, constants.stream().mapToInt(i -> i)).toArray();
  }

  /** A new array of integers that tasks fill for the host. */
  public Place report(int elements) {
    ArrayRef ref = array(ElementType.INT, 4L * elements, Role.REPORT, "reports").ref();
    return new Place(ref, lead(ElementType.INT));
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
        long room = aligned(type, elements);
        long start = used.merge(type, room, Long::sum) - room;
        return grow(handedOn, type, "room within kernels", start, elements);
      }

      @Override
      public Place lasting(ElementType type, long elements) {
        Integer array = lasting.get(type);
        long start = array == null ? 0 : aligned(type, arrays.get(array).elements() - lead(type));
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
    int offset = lead(type) + elements(parts.before(operand.offset()), type);
    return new Place(arrays.get(number).ref(), offset);
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
    long first = lead(type) + start;
    DeviceArray grown = sized(old, Math.max(old.elements(), first + elements));
    arrays.set(number, grown);
    return new Place(grown.ref(), Math.toIntExact(first));
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
    int start = lead(ElementType.INT) + constants.size();
    for (int value : values) {
      constants.add(value);
    }
    int size = lead(ElementType.INT) + constants.size();
    arrays.set(constantArray, sized(arrays.get(constantArray), size));
    return new Place(arrays.get(constantArray).ref(), start);
  }
}
