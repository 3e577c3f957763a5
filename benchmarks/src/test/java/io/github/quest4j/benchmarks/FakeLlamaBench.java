package io.github.quest4j.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** A program that stands for llama-bench: a shell script that notes its arguments. */
record FakeLlamaBench(Path program, Path calls) {

  /** A script that prints the speeds asked for: 1000 for prompts, 50 for generation. */
  static FakeLlamaBench of(Path folder) throws IOException {
    return script(
        folder,
        """
        echo '[ { "model_filename": "m", "n_prompt": '$6', "n_gen": 0, "avg_ts": 1000.0, "samples_ts": [ 1000 ] },'
        echo '{ "n_prompt": 0, "n_gen": '$8', "avg_ts": 5.0e1, "samples_ts": [ 50 ] } ]'
        """);
  }

  static FakeLlamaBench script(Path folder, String body) throws IOException {
    Path calls = folder.resolve("calls");
    Path program = folder.resolve("llama-bench");
    Files.writeString(program, "#!/bin/sh\necho \"$@\" >>'" + calls + "'\n" + body);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    return new FakeLlamaBench(program, calls);
  }

  List<String> called() throws IOException {
    return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
  }
}
