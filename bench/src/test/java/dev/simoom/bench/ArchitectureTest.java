package dev.simoom.bench;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import org.junit.jupiter.api.Test;

/** Keeps the shape of the house: which module may know which, and what a class may be. */
final class ArchitectureTest {
  private static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.simoom");

  private static final String[] LIBRARY = {
    "dev.simoom.kernels..", "dev.simoom.tensor..", "dev.simoom.nn..", "dev.simoom.optim.."
  };

  /** JMH generates its harness from the benchmarks, which it extends. */
  private static final DescribedPredicate<JavaClass> BENCH =
      resideInAnyPackage("dev.simoom.bench..");

  @Test
  void arrowsGoOneWay() {
    ArchRule rule =
        layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("dev.simoom..")
            .layer("kernels")
            .definedBy("dev.simoom.kernels..")
            .optionalLayer("tensor")
            .definedBy("dev.simoom.tensor..")
            .optionalLayer("nn")
            .definedBy("dev.simoom.nn..")
            .optionalLayer("optim")
            .definedBy("dev.simoom.optim..")
            .layer("models")
            .definedBy("dev.simoom.models..")
            .optionalLayer("bench")
            .definedBy("dev.simoom.bench..")
            .whereLayer("kernels")
            .mayNotAccessAnyLayer()
            .whereLayer("tensor")
            .mayOnlyAccessLayers("kernels")
            .whereLayer("nn")
            .mayOnlyAccessLayers("kernels", "tensor")
            .whereLayer("optim")
            .mayOnlyAccessLayers("kernels", "tensor")
            .whereLayer("models")
            .mayOnlyAccessLayers("kernels", "tensor", "nn", "optim")
            .ensureAllClassesAreContainedInArchitecture();
    rule.check(ALL);
  }

  @Test
  void theVectorApiStaysInTheSimdPackages() {
    ArchRule rule =
        noClasses()
            .that()
            .resideOutsideOfPackages("dev.simoom.kernels.simd..", "dev.simoom.bench..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("jdk.incubator.vector..");
    rule.check(ALL);
  }

  @Test
  void tornadoStaysInItsPackages() {
    ArchRule rule =
        noClasses()
            .that()
            .resideOutsideOfPackages("dev.simoom.kernels.tornado..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("uk.ac.manchester..");
    rule.check(ALL);
  }

  @Test
  void kernelsDoNotKnowTheDeviceBackend() {
    ArchRule rule =
        noClasses()
            .that()
            .resideOutsideOfPackages("dev.simoom.kernels.tornado..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.simoom.kernels.tornado..");
    rule.check(ALL);
  }

  @Test
  void backendsAreReachedThroughKernelsAlone() {
    ArchRule rule =
        noClasses()
            .that()
            .resideOutsideOfPackages("dev.simoom.kernels..", "dev.simoom.bench..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.simoom.kernels.simd..", "dev.simoom.kernels.reference..");
    rule.check(ALL);
  }

  @Test
  void librariesLogAndNeverPrint() {
    ArchRule rule = noClasses().that().resideInAnyPackage(LIBRARY).should(ACCESS_STANDARD_STREAMS);
    rule.check(ALL);
  }

  @Test
  void librariesStandOnTheJdkAlone() {
    ArchRule rule =
        classes()
            .that()
            .resideInAnyPackage(LIBRARY)
            .should()
            .onlyDependOnClassesThat(
                resideInAnyPackage(
                        "java..",
                        "jdk.incubator.vector..",
                        "jdk.jfr..",
                        "org.jspecify.annotations..",
                        "uk.ac.manchester.tornado.api..")
                    .or(resideInAnyPackage(LIBRARY)));
    rule.check(ALL);
  }

  @Test
  void noClassIsBothConcreteAndOpen() {
    ArchRule rule = classes().that(not(BENCH)).should(beFinalOrAbstract());
    rule.check(ALL);
  }

  @Test
  void everyModuleIsLookedAt() {
    for (String module : new String[] {"kernels", "tensor", "nn", "optim", "models"}) {
      assertThat(ALL.that(resideInAnyPackage("dev.simoom." + module + "..")))
          .as("classes of %s", module)
          .isNotEmpty();
    }
  }

  private static ArchCondition<JavaClass> beFinalOrAbstract() {
    return new ArchCondition<>("be final, abstract, a record, an enum or an interface") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        boolean closed =
            type.isInterface()
                || type.isEnum()
                || type.isAnonymousClass()
                || type.getModifiers().contains(JavaModifier.FINAL)
                || type.getModifiers().contains(JavaModifier.ABSTRACT);
        String message = type.getName() + " is neither final nor abstract";
        events.add(new SimpleConditionEvent(type, closed, message));
      }
    };
  }
}
