package dev.danta.archfixture.table.low;

import com.google.protobuf.ByteString;
import dev.danta.archfixture.table.high.Closed;
import dev.danta.archfixture.table.high.open.Open;
import java.util.List;

/** Imports one type of each kind. */
public interface Low {
    List<String> jdk();

    int[] primitive();

    Open open();

    Closed[] closed();

    ByteString library();
}
