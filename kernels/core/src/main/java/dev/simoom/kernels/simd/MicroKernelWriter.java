package dev.simoom.kernels.simd;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Writes the class of a {@link MicroKernel}: every accumulator is a local variable of its own, for
 * the compiler keeps neither arrays nor lists of vectors in registers.
 *
 * <p>Addresses are masked to 56 bits where a group of steps begins. No address has more; but
 * knowing it, the compiler drops the bounds check of every load and store that follows, which is
 * worth a tenth.
 *
 * <p>Two steps of k make a group below 512 bits, so that counting, address arithmetic and the
 * safepoint's poll are paid half as often: instructions other than multiply-adds are what the
 * kernel is short of, the more so where two hardware threads share a core's decoder. The compiler
 * must not order the group as it likes, though. It would load all operands first, and with 16
 * registers have no room left for the accumulators. It cannot move an addition past a branch whose
 * other side needs the accumulators, so there is one after each step, which leaves the loop, and
 * one after a few rows, which is never taken: between two of them any order fits.
 */
final class MicroKernelWriter {
  /**
   * The form of a micro-kernel. Distances are in bytes.
   *
   * @param rows rows that it computes
   * @param vectors vectors in each of them
   * @param aRow distance between rows of A
   * @param aStep distance between steps of A
   * @param aRun distance between runs of {@link #RUN} steps of A; 0 if there are no runs
   * @param bStep distance between rows of B; 0 if it varies
   */
  record Form(int rows, int vectors, int aRow, int aStep, int aRun, int bStep) {
    /** The same of another size. */
    Form of(int otherRows, int otherVectors) {
      return new Form(otherRows, otherVectors, aRow, aStep, aRun, bStep);
    }

    /**
     * Rows between two branches: as many as there are registers for their values of A, beside the
     * accumulators and B. More than two gain nothing, and with few accumulators the compiler begins
     * to mix steps.
     */
    private int rowsTogether() {
      int registers = Simd.BITS == 512 ? 32 : 16;
      return Math.clamp(registers - vectors - rows * vectors, 1, 2);
    }
  }

  /** Steps of A that lie side by side, where there are runs. */
  static final int RUN = 16;

  /**
   * Steps of k that one round of the loop takes. With 512 bits a step has 16 multiply-adds; two
   * would take the method to where the optimizing compiler inlines no more of them, in one process
   * of six.
   */
  static final int GROUP = Simd.BITS == 512 ? 1 : 2;

  private static final Map<Form, MicroKernel> KNOWN = new ConcurrentHashMap<>();

  private static final ClassDesc MATH = desc(Math.class);
  private static final ClassDesc SIMD = desc(Simd.class);
  private static final ClassDesc LAYOUTS = desc(ValueLayout.class);
  private static final ClassDesc LONG_LAYOUT = desc(ValueLayout.OfLong.class);
  private static final ClassDesc FLOATS = desc(FloatVector.class);
  private static final ClassDesc SPECIES = desc(VectorSpecies.class);
  private static final ClassDesc SEGMENT = desc(MemorySegment.class);
  private static final ClassDesc ORDER = desc(ByteOrder.class);
  private static final ClassDesc FLOAT_LAYOUT = desc(ValueLayout.OfFloat.class);
  private static final ClassDesc VECTOR = desc(Vector.class);

  private static final MethodTypeDesc LOAD =
      MethodTypeDesc.of(FLOATS, SPECIES, SEGMENT, CD_long, ORDER);
  private static final MethodTypeDesc STORE = MethodTypeDesc.of(CD_void, SEGMENT, CD_long, ORDER);
  private static final MethodTypeDesc RUN_TYPE =
      MethodTypeDesc.of(CD_void, CD_long, CD_long, CD_long, CD_int, CD_long);

  private static final MethodTypeDesc ADD_TYPE = MethodTypeDesc.of(CD_void, CD_long);

  // Local variables of the method that computes; some are those of the other one, too.
  private static final int A = 1;
  private static final int B = 3;
  private static final int B_STEP = 5;
  private static final int K = 7;
  private static final int FRAME = 8;
  private static final int LEFT = 10;
  private static final int TOGETHER = 11;
  private static final int A_NOW = 12;
  private static final int TO = 14;
  private static final int TO_ROW = 16;
  private static final int B_VECTORS = 18;

  // Of the one that adds.
  private static final int ADDED_FRAME = 1;
  private static final int ADDED = 3;

  private final Form form;
  private final int sums;
  private final int broadcast;

  private MicroKernelWriter(Form form) {
    this.form = form;
    sums = B_VECTORS + form.vectors;
    broadcast = sums + form.rows * form.vectors;
  }

  /** The micro-kernel of a form. */
  static MicroKernel of(Form form) {
    return KNOWN.computeIfAbsent(form, f -> new MicroKernelWriter(f).define());
  }

  private MicroKernel define() {
    String name = "MatMul" + form.rows + "x" + form.vectors;
    ClassDesc self = ClassDesc.of(MicroKernelWriter.class.getPackageName(), name);
    byte[] bytes =
        ClassFile.of()
            .build(
                self,
                c ->
                    c.withFlags(ClassFile.ACC_FINAL)
                        .withInterfaceSymbols(desc(MicroKernel.class))
                        .withMethodBody(
                            INIT_NAME,
                            MTD_void,
                            0,
                            code ->
                                code.aload(0)
                                    .invokespecial(CD_Object, INIT_NAME, MTD_void)
                                    .return_())
                        .withMethodBody("run", RUN_TYPE, ClassFile.ACC_PUBLIC, this::body)
                        .withMethodBody("add", ADD_TYPE, ClassFile.ACC_PUBLIC, this::add));
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup().defineHiddenClass(bytes, true);
      return (MicroKernel)
          lookup
              .findConstructor(
                  lookup.lookupClass(), java.lang.invoke.MethodType.methodType(void.class))
              .invoke();
    } catch (Throwable e) {
      throw new IllegalStateException("cannot define " + name, e);
    }
  }

  private void body(CodeBuilder code) {
    code.getstatic(SIMD, "F", SPECIES)
        .invokestatic(FLOATS, "zero", MethodTypeDesc.of(FLOATS, SPECIES));
    for (int i = 0; i < form.rows * form.vectors; i++) {
      code.dup().astore(sums + i);
    }
    code.pop();
    cell(code, FRAME, MicroKernel.GROUP).l2i().istore(TOGETHER);
    if (form.aRun != 0) {
      runs(code);
    } else {
      code.iload(K).istore(LEFT);
      steps(code);
    }
    target(code, FRAME);
    for (int row = 0; row < form.rows; row++) {
      store(code, row);
    }
    code.return_();
  }

  /** Steps in runs, between which A moves on to where the next run's rows lie. */
  private void runs(CodeBuilder code) {
    Label top = code.newLabel();
    Label end = code.newLabel();
    code.labelBinding(top).iload(K).ifle(end);
    code.iload(K).loadConstant(RUN);
    code.invokestatic(MATH, "min", MethodTypeDesc.of(CD_int, CD_int, CD_int)).istore(LEFT);
    steps(code);
    plus(code.lload(A), form.aRun).lstore(A);
    code.iload(K).loadConstant(RUN).isub().istore(K);
    code.goto_(top).labelBinding(end);
  }

  /**
   * As many steps as are left. They go by a number from memory, because the compiler would unroll a
   * loop that it can count, and take out the branches that hold the steps apart.
   */
  private void steps(CodeBuilder code) {
    Label top = code.newLabel();
    Label end = code.newLabel();
    code.lload(A).lstore(A_NOW).iload(LEFT).ifle(end);
    code.labelBinding(top);
    mask(code.lload(A_NOW)).lstore(A_NOW);
    mask(code.lload(B)).lstore(B);
    for (int step = 0; step < GROUP; step++) {
      if (step > 0) {
        code.iload(LEFT).loadConstant(step).if_icmpeq(end);
      }
      step(code, step, end);
    }
    plus(code.lload(A_NOW), (long) GROUP * form.aStep).lstore(A_NOW);
    plus(code.lload(B), (long) GROUP * form.bStep).lstore(B);
    code.iload(LEFT).iload(TOGETHER).isub().istore(LEFT).iload(LEFT).ifgt(top);
    code.labelBinding(end);
  }

  private void step(CodeBuilder code, int step, Label end) {
    if (step > 0 && form.bStep == 0) {
      mask(code.lload(B)).lstore(B);
    }
    for (int j = 0; j < form.vectors; j++) {
      load(code, B, (long) step * form.bStep + vectorOffset(j)).astore(B_VECTORS + j);
    }
    if (form.bStep == 0) {
      code.lload(B).lload(B_STEP).ladd().lstore(B);
    }
    for (int row = 0; row < form.rows; row++) {
      if (row > 0 && row % form.rowsTogether() == 0) {
        // Another number each time: a question asked before is one that the compiler leaves out.
        int unheardOf = Integer.MAX_VALUE - (step * form.rows + row);
        code.iload(LEFT).loadConstant(unheardOf).if_icmpeq(end);
      }
      code.getstatic(SIMD, "F", SPECIES)
          .getstatic(SIMD, "ALL", SEGMENT)
          .getstatic(SIMD, "FLOAT", FLOAT_LAYOUT);
      plus(code.lload(A_NOW), (long) row * form.aRow + (long) step * form.aStep)
          .invokeinterface(SEGMENT, "get", MethodTypeDesc.of(CD_float, FLOAT_LAYOUT, CD_long))
          .invokestatic(FLOATS, "broadcast", MethodTypeDesc.of(FLOATS, SPECIES, CD_float))
          .astore(broadcast);
      for (int j = 0; j < form.vectors; j++) {
        int sum = sums + row * form.vectors + j;
        code.aload(broadcast)
            .aload(B_VECTORS + j)
            .aload(sum)
            .invokevirtual(FLOATS, "fma", MethodTypeDesc.of(FLOATS, VECTOR, VECTOR))
            .astore(sum);
      }
    }
  }

  private void store(CodeBuilder code, int row) {
    mask(code.lload(TO)).lstore(TO);
    for (int j = 0; j < form.vectors; j++) {
      code.aload(sums + row * form.vectors + j);
      store(code, TO, vectorOffset(j));
    }
    code.lload(TO).lload(TO_ROW).ladd().lstore(TO);
  }

  /** A row in each round of a loop. */
  private void add(CodeBuilder code) {
    target(code, ADDED_FRAME);
    code.lload(ADDED_FRAME).lstore(ADDED);
    code.loadConstant(form.rows).istore(LEFT);
    Label top = code.newLabel();
    code.labelBinding(top);
    mask(code.lload(TO)).lstore(TO);
    mask(code.lload(ADDED)).lstore(ADDED);
    for (int j = 0; j < form.vectors; j++) {
      load(code, ADDED, MicroKernel.SUMS + vectorOffset(j));
      load(code, TO, vectorOffset(j))
          .invokevirtual(FLOATS, "add", MethodTypeDesc.of(FLOATS, VECTOR));
      store(code, TO, vectorOffset(j));
    }
    code.lload(TO).lload(TO_ROW).ladd().lstore(TO);
    plus(code.lload(ADDED), vectorOffset(form.vectors)).lstore(ADDED);
    code.iinc(LEFT, -1).iload(LEFT).ifgt(top).return_();
  }

  private static void target(CodeBuilder code, int frame) {
    cell(code, frame, MicroKernel.TO).lstore(TO);
    cell(code, frame, MicroKernel.TO_ROW).lstore(TO_ROW);
  }

  /** Stores the vector on the stack. */
  private static void store(CodeBuilder code, int address, long offset) {
    plus(code.getstatic(SIMD, "ALL", SEGMENT).lload(address), offset)
        .getstatic(SIMD, "ORDER", ORDER)
        .invokevirtual(FLOATS, "intoMemorySegment", STORE);
  }

  private static CodeBuilder load(CodeBuilder code, int address, long offset) {
    code.getstatic(SIMD, "F", SPECIES).getstatic(SIMD, "ALL", SEGMENT);
    return plus(code.lload(address), offset)
        .getstatic(SIMD, "ORDER", ORDER)
        .invokestatic(FLOATS, "fromMemorySegment", LOAD);
  }

  /**
   * Loads a number of the frame, without {@link Cells}: so late in a method the compiler may not
   * inline a helper any more, and a call would put all accumulators on the stack.
   */
  private static CodeBuilder cell(CodeBuilder code, int frame, int place) {
    code.getstatic(SIMD, "ALL", SEGMENT).getstatic(LAYOUTS, "JAVA_LONG_UNALIGNED", LONG_LAYOUT);
    return plus(mask(code.lload(frame)), place)
        .invokeinterface(SEGMENT, "get", MethodTypeDesc.of(CD_long, LONG_LAYOUT, CD_long));
  }

  private static long vectorOffset(int vector) {
    return (long) vector * Simd.LANES * Float.BYTES;
  }

  private static CodeBuilder mask(CodeBuilder code) {
    return code.loadConstant(Simd.ADDRESS_BITS).land();
  }

  private static CodeBuilder plus(CodeBuilder code, long offset) {
    return offset == 0 ? code : code.loadConstant(offset).ladd();
  }

  private static ClassDesc desc(Class<?> type) {
    return type.describeConstable().orElseThrow();
  }
}
