using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Samples.CommandLine;

/// <summary>Makes options whose messages say what was given and what is wanted.</summary>
internal static class SampleOptions
{
    /// <summary>A whole number with a default.</summary>
    public static Option<int> WholeNumber(string name, string description, int minimum, int defaultValue) => new(name)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => defaultValue,
        CustomParser = result => Parse(name, minimum, result) ?? defaultValue,
    };

    /// <summary>A whole number that may be left out.</summary>
    public static Option<int?> OptionalWholeNumber(string name, string description, int minimum) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result => Parse(name, minimum, result),
    };

    /// <summary>A finite number that may be left out.</summary>
    public static Option<double?> OptionalNumber(string name, string description) => OptionalNumber(name, description, positive: false);

    /// <summary>A finite number above 0 that may be left out.</summary>
    public static Option<double?> OptionalPositiveNumber(string name, string description) => OptionalNumber(name, description, positive: true);

    /// <summary>One of a few words.</summary>
    public static Option<string> Choice(string name, string description, params string[] words)
    {
        var option = new Option<string>(name) { Description = description, HelpName = string.Join('|', words), DefaultValueFactory = _ => words[0] };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !words.Contains(result.Tokens[0].Value))
            {
                result.AddError($"{name} is '{Excerpt.Of(result.Tokens[0].Value)}', but it must be {string.Join(", ", words[..^1])} or {words[^1]}.");
            }
        });
        return option;
    }

    /// <summary>A text that may be left out.</summary>
    public static Option<string?> Text(string name, string helpName, string description) => new(name) { Description = description, HelpName = helpName };

    /// <summary>A folder; it need not exist.</summary>
    public static Option<string> Folder(string name, string description, string defaultValue)
    {
        var option = new Option<string>(name) { Description = description, HelpName = "DIR", DefaultValueFactory = _ => defaultValue };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && string.IsNullOrWhiteSpace(result.Tokens[0].Value))
            {
                result.AddError($"{name} is empty, but it must name a folder, for example {name} {defaultValue}.");
            }
        });
        return option;
    }

    /// <summary>The processor, a GPU, several, or what pays; may be left out.</summary>
    public static Option<ComputeDevice?> Device(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "cpu|auto|gpu:N|gpu:N,N|gpus",
        CustomParser = result => ParseDevice(name, result),
    };

    /// <summary>Addresses of http or https, none by default.</summary>
    public static Option<string[]> Addresses(string name, string description)
    {
        var option = new Option<string[]>(name) { Description = description, HelpName = "URL", Arity = ArgumentArity.OneOrMore };
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
            {
                if (!Uri.TryCreate(token.Value, UriKind.Absolute, out Uri? address) || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
                {
                    result.AddError($"{name} is '{Excerpt.Of(token.Value)}', but it must be an address that begins with http:// or https://.");
                }
            }
        });
        return option;
    }

    private static Option<double?> OptionalNumber(string name, string description, bool positive) => new(name)
    {
        Description = description,
        HelpName = "X",
        CustomParser = result => Parse(name, positive, result),
    };

    private static double? Parse(string name, bool positive, ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) && (value > 0 || !positive))
        {
            return value;
        }

        result.AddError($"{name} is '{Excerpt.Of(text)}', but it must be a number{(positive ? " above 0" : "")}, for example 0.01.");
        return null;
    }

    /// <summary>The device of a text as the command line has it; null for any other text.</summary>
    public static ComputeDevice? DeviceOf(string text) => text.ToLowerInvariant() switch
    {
        "cpu" => ComputeDevice.Cpu,
        "auto" => ComputeDevice.Auto,
        "gpu" => ComputeDevice.Gpu(),
        "gpus" => ComputeDevice.AllGpus,
        string gpu when gpu.StartsWith("gpu:", StringComparison.Ordinal) && Indices(gpu[4..]) is { } indices => indices is [var one] ? ComputeDevice.Gpu(one) : ComputeDevice.Gpus(indices),
        _ => null,
    };

    private static ComputeDevice? ParseDevice(string name, ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (DeviceOf(text) is { } device)
        {
            return device;
        }

        result.AddError($"{name} is '{Excerpt.Of(text)}', but it must be cpu, auto, gpu:N with a number that ./run.sh devices lists, several such as gpu:0,1, or gpus for all that are alike.");
        return null;
    }

    /// <summary>Different whole numbers of at least 0 between commas; null for anything else.</summary>
    private static int[]? Indices(string text)
    {
        List<int> indices = [];
        foreach (string part in text.Split(','))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int index) || indices.Contains(index))
            {
                return null;
            }

            indices.Add(index);
        }

        return [.. indices];
    }

    private static int? Parse(string name, int minimum, ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= minimum)
        {
            return value;
        }

        result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} is '{Excerpt.Of(text)}', but it must be a whole number from {minimum} to {int.MaxValue}."));
        return null;
    }
}
