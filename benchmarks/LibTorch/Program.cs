using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using MLNet.GradientTrainers.Benchmarks.LibTorch;
using static TorchSharp.torch;

// The same commands as the scripts under pytorch/, by the libtorch that TorchSharp's packages bring: the last line is a JSON object with "value", or "name".
// version | matmul M N K | mnist_mlp | mnist_predict | cnn --network mnist|s7 --batch N; all but the first with --threads N
try
{
    // TorchSharp would tell of a library that does not load by a page of attempts, after copying all of them.
    NativeLibrary.Load(Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "LibTorchSharp.dll" : OperatingSystem.IsMacOS() ? "libLibTorchSharp.dylib" : "libLibTorchSharp.so"));
    if (args is ["version"])
    {
        using var probe = ones(4, 4).mm(ones(4, 4));
        return Tell(new { name = string.Create(CultureInfo.InvariantCulture, $"libtorch {__version__} (TorchSharp {typeof(TorchSharp.torch).Assembly.GetName().Version!.ToString(3)})") });
    }

    set_num_threads(args[0] == "mnist_predict" ? 1 : Number("--threads"));
    random.manual_seed(1);
    return Tell(new
    {
        value = args[0] switch
        {
            "matmul" => MatMul.Measure(Position(1), Position(2), Position(3)),
            "mnist_mlp" => Perceptron.EpochSeconds(),
            "mnist_predict" => Perceptron.PredictionsASecond(),
            "cnn" => ConvolutionalNetwork.ImagesASecond(args[Array.IndexOf(args, "--network") + 1], Number("--batch")),
            _ => throw new ArgumentException($"There is no command '{args[0]}'."),
        },
    });
}
catch (Exception exception)
{
    Console.Error.WriteLine($"libtorch: {exception.GetBaseException().Message.Trim().Split('\n')[^1]}");
    return 1;
}

int Position(int index) => int.Parse(args[index], CultureInfo.InvariantCulture);

int Number(string option) => Position(Array.IndexOf(args, option) + 1);

static int Tell(object result)
{
    Console.WriteLine(JsonSerializer.Serialize(result));
    return 0;
}
