package io.github.quest4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.constant.ClassDesc;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The launcher's flags name the methods that must be inlined, all of them and no others. */
class CompilerFlagsTest {

  private static final String INLINE = "-XX:CompileCommand=inline,";

  @Test
  void everyMethodThatTakesOrReturnsAVectorIsInlined() throws Exception {
    Set<String> methods = new TreeSet<>();
    addVectorMethods("io.github.quest4j.model.compute.cpu.CpuBackend", "model/compute", methods);
    addVectorMethods("io.github.quest4j.attention.kernel.CompiledApart", "attention", methods);
    assertThat(methods)
        .contains("io.github.quest4j.model.compute.cpu.matmul.Lanes::load")
        .contains("io.github.quest4j.attention.kernel.VectorMath::exp");
    assertThat(inlined()).isEqualTo(methods);
  }

  private static Set<String> inlined() throws IOException, InterruptedException {
    Path flags = Path.of("..", "tools", "flags.sh");
    Process bash =
        new ProcessBuilder("bash", "-c", ". \"$1\"; printf '%s\\n' \"${full[@]}\"", "-", "" + flags)
            .redirectErrorStream(true)
            .start();
    String printed = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(bash.waitFor()).as(printed).isZero();
    Set<String> inlined = new TreeSet<>();
    printed
        .lines()
        .filter(line -> line.startsWith(INLINE))
        .forEach(line -> inlined.add(line.substring(INLINE.length())));
    return inlined;
  }

  /**
   * Of all classes in a package and those below it, in the directory or jar of one of its classes.
   */
  private static void addVectorMethods(String of, String directory, Set<String> methods)
      throws Exception {
    Path home =
        Path.of(
            Class.forName(of, false, CompilerFlagsTest.class.getClassLoader())
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
    String below = "io/github/quest4j/" + directory;
    if (Files.isDirectory(home)) {
      addVectorMethods(home.resolve(below), methods);
      return;
    }
    try (FileSystem jar = open(home)) {
      addVectorMethods(jar.getPath(below), methods);
    }
  }

  private static FileSystem open(Path jar) throws IOException, URISyntaxException {
    return FileSystems.newFileSystem(new URI("jar:" + jar.toUri()), Map.of());
  }

  private static void addVectorMethods(Path below, Set<String> methods) throws IOException {
    List<Path> classes;
    try (Stream<Path> files = Files.walk(below)) {
      classes = files.filter(file -> file.toString().endsWith(".class")).toList();
    }
    for (Path file : classes) {
      ClassModel model = ClassFile.of().parse(Files.readAllBytes(file));
      String name = model.thisClass().asInternalName().replace('/', '.');
      for (MethodModel method : model.methods()) {
        if (!method.methodName().equalsString("<init>") && vectors(method)) {
          methods.add(name + "::" + method.methodName().stringValue());
        }
      }
    }
  }

  private static boolean vectors(MethodModel method) {
    return Stream.concat(
            Stream.of(method.methodTypeSymbol().returnType()),
            method.methodTypeSymbol().parameterList().stream())
        .anyMatch(CompilerFlagsTest::vector);
  }

  private static boolean vector(ClassDesc type) {
    return type.isClassOrInterface()
        && type.packageName().equals("jdk.incubator.vector")
        && (type.displayName().endsWith("Vector") || type.displayName().equals("VectorMask"));
  }
}
