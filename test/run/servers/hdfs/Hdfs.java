// A NameNode and a DataNode. Arguments: the port of WebHDFS, a folder, and a port that is opened when both are ready.
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;

class Hdfs {
  public static void main(String[] arguments) throws Exception {
    Configuration settings = new Configuration();
    settings.set("dfs.namenode.http-address", "127.0.0.1:" + arguments[0]);
    settings.set("hadoop.http.staticuser.user", "nobody");
    new MiniDFSCluster.Builder(settings, new java.io.File(arguments[1]))
        .nameNodeHttpPort(Integer.parseInt(arguments[0])).numDataNodes(1).build().waitActive();
    new java.net.ServerSocket(Integer.parseInt(arguments[2]), 1, java.net.InetAddress.getByName("127.0.0.1"));
    Thread.sleep(Long.MAX_VALUE);
  }
}
